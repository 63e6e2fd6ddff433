# Social login beside a provider that others wrote, and beside peers that lie,
# forge and keep silent.
add_test(NAME social/login COMMAND ${CMAKE_CURRENT_LIST_DIR}/run
  ${PROJECT_BINARY_DIR}/social-check ${PROJECT_BINARY_DIR})
set_tests_properties(social/login PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
