# The server's behaviour on raw bytes: direct, and behind HAProxy.
if(TARGET shopd_kore AND EXISTS ${PROJECT_SOURCE_DIR}/src/platform/fiber/fiber.c)
  set(WIRE ${CMAKE_CURRENT_SOURCE_DIR}/wire)
  add_executable(wire_service ${WIRE}/service.c)
  target_compile_options(wire_service PRIVATE ${SHOPD_WARNINGS})
  target_link_libraries(wire_service PRIVATE shopd_core shopd_kore shopd_core)

  add_library(wire_harness STATIC ${WIRE}/wire.c ${WIRE}/cases_head.c
    ${WIRE}/cases_body.c)
  target_compile_options(wire_harness PRIVATE ${SHOPD_WARNINGS}
    -Wno-overlength-strings)
  target_compile_definitions(wire_harness PUBLIC _GNU_SOURCE=1
    WIRE_SERVICE="$<TARGET_FILE:wire_service>")
  target_link_libraries(wire_harness PUBLIC PkgConfig::CMOCKA)
  add_dependencies(wire_harness wire_service)

  foreach(name cases streams ready life pieces proxy)
    if(EXISTS ${WIRE}/test_${name}.c)
      add_executable(wire_${name} ${WIRE}/test_${name}.c)
      target_compile_options(wire_${name} PRIVATE ${SHOPD_WARNINGS})
      target_compile_definitions(wire_${name} PRIVATE
        HAPROXY_CFG="${PROJECT_SOURCE_DIR}/conf/haproxy.cfg")
      target_link_libraries(wire_${name} PRIVATE wire_harness)
      add_test(NAME wire/${name} COMMAND wire_${name})
      set_tests_properties(wire/${name} PROPERTIES TIMEOUT 120 RUN_SERIAL ON
        SKIP_RETURN_CODE 77)
    endif()
  endforeach()
endif()
