# What the README tells to type ends where it says.
add_test(NAME readme/buys COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop
  ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_LIST_DIR}/buys ${PROJECT_SOURCE_DIR}/README.md)
set_tests_properties(readme/buys PROPERTIES TIMEOUT 120)
add_test(NAME readme/examples COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop
  ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_LIST_DIR}/examples
  ${PROJECT_SOURCE_DIR}/api-spec/examples)
set_tests_properties(readme/examples PROPERTIES TIMEOUT 120)
