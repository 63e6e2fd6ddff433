# The drivers of the storage: a folder, and an S3 server that is not ours, with
# which the tests of pictures run once more.
add_executable(storage_driver ${CMAKE_CURRENT_LIST_DIR}/test_driver.c)
target_compile_options(storage_driver PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(storage_driver PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME storage/local COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop
  ${PROJECT_BINARY_DIR} $<TARGET_FILE:storage_driver>)
add_test(NAME storage/s3 COMMAND ${CMAKE_CURRENT_LIST_DIR}/run
  ${PROJECT_BINARY_DIR}/storage-check
  ${PROJECT_SOURCE_DIR}/tests/with-shop ${PROJECT_BINARY_DIR}
  ${CMAKE_CURRENT_LIST_DIR}/each $<TARGET_FILE:storage_driver>
  $<TARGET_FILE:api_test_media> $<TARGET_FILE:api_test_media_files>)
set_tests_properties(storage/local storage/s3 PROPERTIES TIMEOUT 240)
set_tests_properties(storage/s3 PROPERTIES SKIP_RETURN_CODE 77)
