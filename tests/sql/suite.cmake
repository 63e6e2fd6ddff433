# Every named statement is prepared against the freshly migrated schema.
add_executable(sql_prepare ${CMAKE_CURRENT_LIST_DIR}/test_prepare.c
  ${CMAKE_CURRENT_LIST_DIR}/template.c)
target_compile_options(sql_prepare PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(sql_prepare PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME sql/prepare COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres
  $<TARGET_FILE:sql_prepare>)
set_tests_properties(sql/prepare PROPERTIES TIMEOUT 120)

# What embed.awk makes of good and bad files.
add_test(NAME sql/embed COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_embed.sh)

# The plans of the hot statements, on a large catalogue.
add_executable(sql_plans ${CMAKE_CURRENT_LIST_DIR}/test_plans.c
  ${CMAKE_CURRENT_LIST_DIR}/template.c)
target_compile_options(sql_plans PRIVATE ${SHOPD_WARNINGS})
target_compile_definitions(sql_plans PRIVATE
  PLANS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(sql_plans PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME sql/plans COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres
  $<TARGET_FILE:sql_plans>)
set_tests_properties(sql/plans PROPERTIES TIMEOUT 120)

# A shop of the version before variants, migrated.
add_executable(sql_upgrade ${CMAKE_CURRENT_LIST_DIR}/test_upgrade.c)
target_compile_options(sql_upgrade PRIVATE ${SHOPD_WARNINGS})
target_link_libraries(sql_upgrade PRIVATE api_shop)
add_dependencies(sql_upgrade shopd)
add_test(NAME sql/upgrade COMMAND ${CMAKE_CURRENT_LIST_DIR}/upgrade
  ${PROJECT_BINARY_DIR} $<TARGET_FILE:sql_upgrade>)
set_tests_properties(sql/upgrade PROPERTIES TIMEOUT 120)

# Each column is judged: personal or not.
add_executable(sql_privacy ${CMAKE_CURRENT_LIST_DIR}/test_privacy.c)
target_compile_options(sql_privacy PRIVATE ${SHOPD_WARNINGS})
target_compile_definitions(sql_privacy PRIVATE
  NOT_PERSONAL="${CMAKE_CURRENT_LIST_DIR}/not_personal.txt")
target_link_libraries(sql_privacy PRIVATE shopd_core PkgConfig::CMOCKA)
add_test(NAME sql/privacy COMMAND ${PROJECT_SOURCE_DIR}/tests/with-postgres
  $<TARGET_FILE:sql_privacy>)
set_tests_properties(sql/privacy PROPERTIES TIMEOUT 120)
