# Where everything goes on a machine, by the Filesystem Hierarchy Standard. Three components: the
# broker's part and the service's, which the container images take too, and `system`, what ties
# them to systemd and its machine. Targets are installed where they are defined.
include(GNUInstallDirs)

set(SHADOW_PROGRAM_DIR lib/mosquitto-shadow)

# What is needed before the first start (deploy/setup/setup).
install(PROGRAMS deploy/setup/setup DESTINATION ${SHADOW_PROGRAM_DIR} COMPONENT service)
install(FILES deploy/dev/console.sh deploy/dev/certificates.sh deploy/dev/openssl.cnf
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
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT system)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT system)
