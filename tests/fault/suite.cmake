# The shop under load while its database or a worker dies, stops, restarts.
if(TARGET shopd)
  file(GLOB FAULT_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
  foreach(source ${FAULT_TESTS})
    get_filename_component(name ${source} NAME_WE)
    add_executable(fault_${name} ${source} ${CMAKE_CURRENT_LIST_DIR}/load.c)
    target_include_directories(fault_${name} PRIVATE
      ${PROJECT_SOURCE_DIR}/tests/api)
    target_compile_options(fault_${name} PRIVATE ${SHOPD_WARNINGS})
    target_link_libraries(fault_${name} PRIVATE api_shop Threads::Threads)
    add_dependencies(fault_${name} shopd)
    add_test(NAME fault/${name}
      COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop ${PROJECT_BINARY_DIR}
        $<TARGET_FILE:fault_${name}>)
    set_tests_properties(fault/${name} PROPERTIES TIMEOUT 240 RUN_SERIAL ON)
  endforeach()
  set_tests_properties(fault/test_memory fault/test_staleness PROPERTIES
    ENVIRONMENT SHOPD_CACHE_BYTES=16777216)
endif()
