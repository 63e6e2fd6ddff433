# The viewer of /api/docs/ as C, if `npm ci --prefix web/docs-viewer` has
# fetched it; else an empty table, and /api/docs/ is the plain page.
set(VIEWER_HOME ${CMAKE_CURRENT_LIST_DIR}/node_modules/swagger-ui-dist)
set(VIEWER_SOURCE ${GENERATED}/viewer.c)
set(text "/* Made by web/docs-viewer/viewer.cmake. */\n#include \"viewer.h\"\n\n")
set(rows "")
set(files swagger-ui.css swagger-ui-bundle.js)
set(types "text/css\; charset=utf-8" "text/javascript\; charset=utf-8")
set(found "")
foreach(file type IN ZIP_LISTS files types)
  if(EXISTS ${VIEWER_HOME}/${file})
    string(MAKE_C_IDENTIFIER "viewer_${file}" symbol)
    string(APPEND text "__asm__(\".section .rodata\\n\"\n"
      "\t\".global ${symbol}\\n${symbol}:\\n\"\n"
      "\t\".incbin \\\"${VIEWER_HOME}/${file}\\\"\\n\"\n"
      "\t\".global ${symbol}_end\\n${symbol}_end:\\n\"\n"
      "\t\".byte 0\\n.previous\\n\");\n"
      "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n\n")
    string(APPEND rows
      "\t{\"${file}\", \"${type}\", ${symbol}, ${symbol}_end},\n")
    list(APPEND found ${VIEWER_HOME}/${file})
  endif()
endforeach()
list(LENGTH found count)
if(count LESS 2)
  set(text "/* Made by web/docs-viewer/viewer.cmake. */\n#include \"viewer.h\"\n\n")
  set(rows "")
endif()
string(APPEND text "const struct viewer_asset viewer_assets[] = {\n${rows}\t{0},\n};\n")
file(CONFIGURE OUTPUT ${VIEWER_SOURCE} CONTENT "${text}" @ONLY)
set_property(SOURCE ${VIEWER_SOURCE} PROPERTY OBJECT_DEPENDS "${found}")
set_property(SOURCE ${VIEWER_SOURCE} PROPERTY INCLUDE_DIRECTORIES
  ${PROJECT_SOURCE_DIR}/src/rest)
target_sources(shopd_core PRIVATE ${VIEWER_SOURCE})
