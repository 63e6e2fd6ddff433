# Stock of orders, by its own functions on a real PostgreSQL.
file(GLOB STOCK_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
foreach(source ${STOCK_TESTS})
  get_filename_component(name ${source} NAME_WE)
  add_executable(stock_${name} ${source})
  target_compile_options(stock_${name} PRIVATE ${SHOPD_WARNINGS})
  target_link_libraries(stock_${name} PRIVATE shopd_core PkgConfig::CMOCKA)
  add_test(NAME stock/${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres $<TARGET_FILE:stock_${name}>)
  set_tests_properties(stock/${name} PROPERTIES TIMEOUT 120)
endforeach()
