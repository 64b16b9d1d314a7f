// The reader's own code: lamp.py, as a C++ device would stand there.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

class Lamp {
 public:
  Lamp(const std::string& endpoint, int port) : process_(fork()) {
    if (process_ != 0) return;
    setenv("SHADOW_ENDPOINT", endpoint.c_str(), 1);
    setenv("SHADOW_MQTT_PORT", std::to_string(port).c_str(), 1);
    execl("/usr/bin/python3", "python3", "lamp.py", nullptr);
    _exit(127);
  }
  ~Lamp() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

 private:
  pid_t process_;
};
