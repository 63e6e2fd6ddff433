# Scenarios over HTTP: each test_*.c is a program with a shop of its own.
add_library(api_shop STATIC ${CMAKE_CURRENT_LIST_DIR}/shop.c
  ${CMAKE_CURRENT_LIST_DIR}/steps.c ${CMAKE_CURRENT_LIST_DIR}/priced.c ${CMAKE_CURRENT_LIST_DIR}/volley.c
  ${CMAKE_CURRENT_LIST_DIR}/authenticator.c ${CMAKE_CURRENT_LIST_DIR}/keys.c
  ${CMAKE_CURRENT_LIST_DIR}/upload.c ${CMAKE_CURRENT_LIST_DIR}/operations.c
  ${CMAKE_CURRENT_LIST_DIR}/operation_rows.c ${CMAKE_CURRENT_LIST_DIR}/matrix.c ${CMAKE_CURRENT_LIST_DIR}/things.c ${CMAKE_CURRENT_LIST_DIR}/things_people.c
  ${CMAKE_CURRENT_LIST_DIR}/values.c ${CMAKE_CURRENT_LIST_DIR}/passkey_device.c ${CMAKE_CURRENT_LIST_DIR}/person.c)
target_compile_definitions(api_shop PUBLIC _GNU_SOURCE=1)
target_link_libraries(api_shop PUBLIC PkgConfig::LIBS PkgConfig::CMOCKA)
file(GLOB API_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
foreach(source ${API_TESTS})
  get_filename_component(name ${source} NAME_WE)
  add_executable(api_${name} ${source})
  target_compile_options(api_${name} PRIVATE ${SHOPD_WARNINGS})
  target_compile_definitions(api_${name} PRIVATE
    QUALITY="${CMAKE_CURRENT_LIST_DIR}/search_quality.txt"
    SAMPLE="${PROJECT_SOURCE_DIR}/../shared/data/catalog/flipkart-sample.csv")
  target_link_libraries(api_${name} PRIVATE api_shop)
  if(TARGET shopd)
    add_dependencies(api_${name} shopd)
  endif()
  add_test(NAME api/${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop ${PROJECT_BINARY_DIR} $<TARGET_FILE:api_${name}>)
  set_tests_properties(api/${name} PROPERTIES TIMEOUT 600)
endforeach()

# What the shop does all day, under a sandbox that tells what it would forbid.
if(NOT SHOPD_SANITIZE) # whose runtime makes calls of its own
  add_test(NAME api/seccomp
    COMMAND ${PROJECT_SOURCE_DIR}/tests/with-shop ${PROJECT_BINARY_DIR}
      ${CMAKE_CURRENT_LIST_DIR}/traced $<TARGET_FILE:api_test_accounts>
      $<TARGET_FILE:api_test_catalog> $<TARGET_FILE:api_test_cart>
      $<TARGET_FILE:api_test_media_files>)
  set_tests_properties(api/seccomp PROPERTIES TIMEOUT 300
    ENVIRONMENT "SHOPD_SECCOMP_TRACING=on")
endif()

set_tests_properties(api/test_passkeys PROPERTIES
  ENVIRONMENT "SHOPD_WEBAUTHN_RP_ID=shop.example;SHOPD_WEBAUTHN_ORIGINS=https://shop.example,https://www.shop.example")

set_tests_properties(api/test_capture PROPERTIES
  ENVIRONMENT SHOPD_STRIPE_MANUAL_CAPTURE=on)

target_link_libraries(api_test_memory PRIVATE PkgConfig::BROTLI_DECODER)
set_tests_properties(api/test_memory PROPERTIES
  ENVIRONMENT SHOPD_CACHE_BYTES=2097152)

set_tests_properties(api/test_staff_factor PROPERTIES
  ENVIRONMENT SHOPD_STAFF_SECOND_FACTOR=on)
set_tests_properties(api/test_cookies PROPERTIES
  ENVIRONMENT "SHOPD_CORS_ORIGINS=https://app.shop.example, http://localhost:3000")
set_tests_properties(api/test_floods PROPERTIES ENVIRONMENT
  "SHOPD_TRUSTED_PROXIES=127.0.0.1;SHOPD_THROTTLE_LOGIN=10/minute")
target_link_libraries(api_test_timing PRIVATE m)
