# The REST layer on a real PostgreSQL, without a server around it.
file(GLOB REST_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
add_library(rest_things STATIC ${CMAKE_CURRENT_LIST_DIR}/things.c)
target_compile_options(rest_things PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(rest_things PUBLIC shopd_core PkgConfig::CMOCKA)
foreach(source ${REST_TESTS})
  get_filename_component(name ${source} NAME_WE)
  add_executable(rest_${name} ${source})
  target_compile_options(rest_${name} PRIVATE ${SHOPD_WARNINGS})
  target_link_libraries(rest_${name} PRIVATE rest_things)
  add_test(NAME rest/${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres $<TARGET_FILE:rest_${name}>)
  set_tests_properties(rest/${name} PROPERTIES TIMEOUT 120)
endforeach()
