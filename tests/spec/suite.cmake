# What the program writes about itself stands in the repository, up to date,
# and is a good OpenAPI document.
set(SPEC ${CMAKE_CURRENT_LIST_DIR})
add_test(NAME spec/up-to-date COMMAND ${SPEC}/same
  ${PROJECT_SOURCE_DIR}/api-spec/openapi.json $<TARGET_FILE:shopd> openapi)
add_test(NAME spec/settings COMMAND ${SPEC}/same
  ${PROJECT_SOURCE_DIR}/conf/shopd.conf $<TARGET_FILE:shopd> config)
add_test(NAME spec/lint COMMAND ${SPEC}/lint
  ${PROJECT_SOURCE_DIR}/api-spec ${PROJECT_BINARY_DIR}/spec)
set_tests_properties(spec/lint PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
