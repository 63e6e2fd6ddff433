# What the README tells to type ends where it says.
add_test(NAME readme/buys COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop
  ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_LIST_DIR}/buys ${PROJECT_SOURCE_DIR}/README.md)
set_tests_properties(readme/buys PROPERTIES TIMEOUT 120)
