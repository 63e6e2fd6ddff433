# Pictures for the tests that need some.
add_library(pictures STATIC ${CMAKE_CURRENT_LIST_DIR}/pictures.c)
target_include_directories(pictures PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_include_directories(pictures SYSTEM PRIVATE ${VIPS_INCLUDE_DIRS})
target_compile_definitions(pictures PRIVATE _GNU_SOURCE=1)
target_compile_options(pictures PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(pictures PUBLIC ${VIPS_LINK_LIBRARIES})
foreach(name unit_test_look api_test_media api_test_media_files
    api_test_media_hostile api_test_media_faults)
  target_link_libraries(${name} PRIVATE pictures)
endforeach()
set_tests_properties(api/test_media_faults PROPERTIES
  ENVIRONMENT SHOPD_MEDIA_SECONDS=10)
