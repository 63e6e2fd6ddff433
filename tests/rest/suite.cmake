# The REST layer on a real PostgreSQL, without a server around it.
file(GLOB REST_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
foreach(source ${REST_TESTS})
  get_filename_component(name ${source} NAME_WE)
  add_executable(rest_${name} ${source})
  target_compile_options(rest_${name} PRIVATE ${SHOPD_WARNINGS})
  target_link_libraries(rest_${name} PRIVATE shopd_core PkgConfig::CMOCKA)
  add_test(NAME rest/${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres $<TARGET_FILE:rest_${name}>)
  set_tests_properties(rest/${name} PROPERTIES TIMEOUT 120)
endforeach()
