# What is too old is refused here in one sentence, before a compiler says it in a hundred. Included by
# the build; by itself it can be asked about any: cmake -D… -P cmake/requirements.cmake

set(oldest_GNU 12)
set(oldest_Clang 14)
set(oldest ${oldest_${CMAKE_CXX_COMPILER_ID}})
if(NOT oldest)
  message(WARNING "${CMAKE_CXX_COMPILER_ID} is not tried: mosquitto-shadow is built with g++ "
                  "${oldest_GNU} and clang++ ${oldest_Clang}, or later")
elseif(CMAKE_CXX_COMPILER_VERSION VERSION_LESS oldest)
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} is too old: "
                      "mosquitto-shadow needs g++ ${oldest_GNU} or clang++ ${oldest_Clang}, or later")
endif()

# In 2.1 mosquitto.h is made of others.
set(mosquitto_version 0)
foreach(header mosquitto.h mosquitto/libmosquitto.h)
  if(EXISTS ${MOSQUITTO_INCLUDE_DIR}/${header})
    file(READ ${MOSQUITTO_INCLUDE_DIR}/${header} text)
    if(text MATCHES "LIBMOSQUITTO_MAJOR ([0-9]+).*LIBMOSQUITTO_MINOR ([0-9]+)")
      set(mosquitto_version ${CMAKE_MATCH_1}.${CMAKE_MATCH_2})
    endif()
  endif()
endforeach()
if(mosquitto_version VERSION_LESS 2.0)
  message(FATAL_ERROR "the headers in ${MOSQUITTO_INCLUDE_DIR} are of Mosquitto ${mosquitto_version}: "
                      "the plugin needs those of 2.0 or 2.1")
elseif(mosquitto_version VERSION_GREATER 2.1)
  message(WARNING "the headers in ${MOSQUITTO_INCLUDE_DIR} are of Mosquitto ${mosquitto_version}: the "
                  "plugin is tried with 2.0 and 2.1")
endif()
