# The server's behaviour on raw bytes: direct, and behind HAProxy.
if(TARGET shopd_kore AND EXISTS ${PROJECT_SOURCE_DIR}/src/platform/fiber/fiber.c)
  set(WIRE ${CMAKE_CURRENT_SOURCE_DIR}/wire)
  add_executable(wire_service ${WIRE}/service.c)
  target_compile_options(wire_service PRIVATE ${SHOPD_WARNINGS})
  target_link_libraries(wire_service PRIVATE shopd_core shopd_kore shopd_core)
endif()
