# Everything from outside, all of it Debian 12's own packages, is found here and nowhere else.
find_package(absl REQUIRED)
find_package(civetweb REQUIRED)
find_package(RapidJSON REQUIRED)
find_package(RocksDB REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)

find_path(MOSQUITTO_INCLUDE_DIR mosquitto.h REQUIRED)
find_path(MOSQUITTO_BROKER_INCLUDE_DIR mosquitto_broker.h REQUIRED)
find_library(MOSQUITTO_LIBRARY mosquitto REQUIRED)
find_path(SYSTEMD_INCLUDE_DIR systemd/sd-daemon.h REQUIRED)
find_library(SYSTEMD_LIBRARY systemd REQUIRED)
