// shadowctl: the command line of mosquitto-shadow. docs/shadowctl.md is its page.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "cli/program.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // who reads us may stop: an error of writing, not our end
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  return static_cast<int>(cli::RunProgram(words, environment, std::cout, std::cerr));
}
