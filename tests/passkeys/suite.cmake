# A page in Chromium, with its virtual authenticator, and a shop beside it.
add_test(NAME passkeys/chromium COMMAND ${CMAKE_CURRENT_LIST_DIR}/run ${PROJECT_BINARY_DIR})
set_tests_properties(passkeys/chromium PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 180)
