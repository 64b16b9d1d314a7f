# Where everything goes on a machine, by the Filesystem Hierarchy Standard. Three components: the
# broker's part and the service's, which the container images take too, and `system`, what ties
# them to systemd and its machine. Targets are installed where they are defined.

# So that settings are in /etc, where the programs look for them.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "where to install" FORCE)
endif()
include(GNUInstallDirs)

# Packaging takes the targets that are built, and does not ask for tests and benchmarks.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(SHADOW_PROGRAM_DIR lib/mosquitto-shadow)

# What is needed before the first start (deploy/setup/setup).
install(PROGRAMS deploy/setup/setup DESTINATION ${SHADOW_PROGRAM_DIR} COMPONENT service)
install(FILES deploy/dev/console.sh deploy/dev/ownership.sh deploy/dev/certificates.sh
              deploy/dev/openssl.cnf
        DESTINATION ${SHADOW_PROGRAM_DIR} COMPONENT service)

install(FILES deploy/systemd/mosquitto-shadow.service deploy/systemd/mosquitto-shadow-setup.service
              deploy/systemd/shadowd.service
        DESTINATION lib/systemd/system COMPONENT system)
install(FILES deploy/systemd/mosquitto-shadow.sysusers
        DESTINATION lib/sysusers.d RENAME mosquitto-shadow.conf COMPONENT system)
install(FILES deploy/systemd/mosquitto-shadow.tmpfiles
        DESTINATION lib/tmpfiles.d RENAME mosquitto-shadow.conf COMPONENT system)
install(FILES deploy/setup/shadowctl.conf
        DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/mosquitto-shadow COMPONENT service)
install(FILES deploy/systemd/mosquitto.conf deploy/systemd/shadowd.flags
        DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/mosquitto-shadow COMPONENT system)
install(DIRECTORY deploy/prometheus/ DESTINATION share/mosquitto-shadow/prometheus
        COMPONENT system FILES_MATCHING PATTERN "*.rules.yml")
install(FILES deploy/grafana/mosquitto_shadow.json DESTINATION share/mosquitto-shadow/grafana
        COMPONENT system)
install(DIRECTORY docs/ DESTINATION share/doc/mosquitto-shadow/docs COMPONENT system)
install(FILES README.md DESTINATION share/doc/mosquitto-shadow COMPONENT system)

# Debian keeps these compressed, without a date.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/debian)
foreach(page IN ITEMS shadowd.8 shadowctl.1 changelog)
  execute_process(COMMAND gzip -9nc ${PROJECT_SOURCE_DIR}/deploy/debian/${page}
                  OUTPUT_FILE ${PROJECT_BINARY_DIR}/debian/${page}.gz COMMAND_ERROR_IS_FATAL ANY)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/debian/shadowd.8.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man8
        COMPONENT system)
install(FILES ${PROJECT_BINARY_DIR}/debian/shadowctl.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        COMPONENT system)
install(FILES ${PROJECT_BINARY_DIR}/debian/changelog.gz RENAME changelog.Debian.gz
        DESTINATION share/doc/mosquitto-shadow COMPONENT system)
install(FILES deploy/debian/copyright DESTINATION share/doc/mosquitto-shadow COMPONENT system)
install(FILES deploy/debian/lintian-overrides DESTINATION share/lintian/overrides
        RENAME mosquitto-shadow COMPONENT system)
