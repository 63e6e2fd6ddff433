# The sandbox speaks Stripe's own language: its official client says so.
add_test(NAME sandbox/stripe COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop
  ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_LIST_DIR}/run
  ${PROJECT_BINARY_DIR}/sandbox-check)
set_tests_properties(sandbox/stripe PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)
