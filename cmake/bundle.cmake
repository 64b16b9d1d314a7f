# Puts the files of console/bundle into a program, gzipped: sets ${variable} to the source that holds
# their bytes and says what is what (service/console/bundle.h).
function(shadow_embed_bundle variable)
  set(folder ${PROJECT_SOURCE_DIR}/console/bundle)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/bundle_files.cc)
  file(GLOB_RECURSE files RELATIVE ${folder} CONFIGURE_DEPENDS ${folder}/*)
  list(SORT files)
  set(shadow_type_html "text/html!charset=utf-8")
  set(shadow_type_js "text/javascript!charset=utf-8")
  set(shadow_type_css "text/css!charset=utf-8")
  set(shadow_type_txt "text/plain!charset=utf-8")
  set(shadow_type_svg "image/svg+xml")
  set(shadow_type_png "image/png")
  set(number 0)
  foreach(file IN LISTS files)
    string(REGEX REPLACE "^.*[.]" "" extension ${file})
    if(NOT shadow_type_${extension})
      message(FATAL_ERROR "console/bundle/${file}: cmake/bundle.cmake knows no type of .${extension}")
    endif()
    set(gz ${CMAKE_CURRENT_BINARY_DIR}/bundle/${number}.gz)
    add_custom_command(OUTPUT ${gz} DEPENDS ${folder}/${file} VERBATIM
                       COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/bundle
                       COMMAND sh -c [[gzip -9nc "$1" >"$2"]] sh ${folder}/${file} ${gz})
    list(APPEND zipped ${gz})
    # Global: on arm64 a local one cannot be told from its section where its address is looked up.
    set(name shadow_bundle_${number})
    string(APPEND bytes "    \".globl ${name}, ${name}_end\\n\"\n"
                        "    \"${name}: .incbin \\\"${gz}\\\"\\n${name}_end:\\n\"\n")
    string(APPEND names "extern const char ${name}[]!\nextern const char ${name}_end[]!\n")
    string(APPEND rows "    {\"${file}\", \"${shadow_type_${extension}}\","
                       " Bytes(${name}, ${name}_end)},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  # A semicolon would part a list.
  foreach(part IN ITEMS names rows)
    string(REPLACE "!charset" "; charset" ${part} "${${part}}")
    string(REPLACE "!" ";" ${part} "${${part}}")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/bundle_files.cc.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${zipped}"
                              SKIP_UNITY_BUILD_INCLUSION ON)
  set(${variable} ${source} PARENT_SCOPE)
endfunction()
