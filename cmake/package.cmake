# The Debian package, all three components in one: cpack --config build/release/CPackConfig.cmake
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mosquitto-shadow)
# Each Debian has a package of its own; a machine that goes from one to the next takes the next one's.
cmake_host_system_information(RESULT debian QUERY DISTRIB_VERSION_ID)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION}-1)
if(debian)
  string(APPEND CPACK_PACKAGE_VERSION +deb${debian})
endif()
set(CPACK_PACKAGE_CONTACT "mosquitto-shadow maintainers <maintainers@mosquitto-shadow.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL broker service system)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(CMAKE_CROSSCOMPILING)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
  # dpkg-shlibdeps finds the tables of the packages in the same root (tests/platforms/arm64_root).
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
      ${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
endif()
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "mosquitto (>= 2.0.11), mosquitto (<< 2.2~), openssl, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libpq5, postgresql")  # for --store (docs/many-machines.md)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "A plugin for the Mosquitto broker and a service that together answer the
reserved topics of AWS IoT Device Shadows as AWS does: unmodified AWS IoT
SDKs and embedded clients find the same topics, documents and answers.
.
The broker runs beside Debian's own, with a configuration and a port of its
own; each device needs a certificate, which shadowctl makes.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/deploy/debian/conffiles
    ${PROJECT_SOURCE_DIR}/deploy/debian/postinst
    ${PROJECT_SOURCE_DIR}/deploy/debian/prerm
    ${PROJECT_SOURCE_DIR}/deploy/debian/postrm)
include(CPack)
