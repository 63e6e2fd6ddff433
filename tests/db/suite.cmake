# The pool against a real PostgreSQL: each test_*.c is a program, run with a
# cluster of its own.
file(GLOB DB_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
foreach(source ${DB_TESTS})
  get_filename_component(name ${source} NAME_WE)
  add_executable(db_${name} ${source} ${CMAKE_CURRENT_LIST_DIR}/lab.c)
  target_compile_options(db_${name} PRIVATE ${SHOPD_WARNINGS})
  target_include_directories(db_${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(db_${name} PRIVATE shopd_core PkgConfig::CMOCKA)
  add_test(NAME db/${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres
    $<TARGET_FILE:db_${name}>)
  set_tests_properties(db/${name} PROPERTIES TIMEOUT 120)
  if(name STREQUAL test_faults) # it measures stalls
    set_tests_properties(db/${name} PROPERTIES RUN_SERIAL ON)
  endif()
endforeach()

# Not a test: tests/bench/pool/run compares it with pgbench.
add_executable(bench_pool ${PROJECT_SOURCE_DIR}/tests/bench/pool/pool.c)
target_compile_options(bench_pool PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(bench_pool PRIVATE shopd_core)
