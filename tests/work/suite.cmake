# What runs behind requests: calls to others against misbehaving peers on
# loopback; jobs and events on a PostgreSQL of their own.
add_executable(work_client ${CMAKE_CURRENT_LIST_DIR}/test_client.c
  ${CMAKE_CURRENT_LIST_DIR}/peer.c)
target_compile_options(work_client PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(work_client PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME work/client COMMAND work_client)

add_executable(work_mail ${CMAKE_CURRENT_LIST_DIR}/test_mail.c
  ${CMAKE_CURRENT_LIST_DIR}/peer.c)
target_compile_options(work_mail PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(work_mail PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME work/mail COMMAND work_mail)
set_tests_properties(work/client work/mail PROPERTIES TIMEOUT 60)

add_executable(work_jobs ${CMAKE_CURRENT_LIST_DIR}/test_jobs.c)
target_compile_options(work_jobs PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(work_jobs PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME work/jobs
  COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres $<TARGET_FILE:work_jobs>)
set_tests_properties(work/jobs PROPERTIES TIMEOUT 180)

add_executable(work_notices ${CMAKE_CURRENT_LIST_DIR}/test_notices.c
  ${CMAKE_CURRENT_LIST_DIR}/peer.c)
target_compile_options(work_notices PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(work_notices PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME work/notices
  COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres $<TARGET_FILE:work_notices>)
set_tests_properties(work/notices PROPERTIES TIMEOUT 60)

add_executable(work_reseal ${CMAKE_CURRENT_LIST_DIR}/test_reseal.c)
target_compile_options(work_reseal PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(work_reseal PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME work/reseal
  COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres $<TARGET_FILE:work_reseal>)
set_tests_properties(work/reseal PROPERTIES TIMEOUT 60)
