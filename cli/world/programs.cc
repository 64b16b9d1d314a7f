#include "cli/world/programs.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<std::string> PathFolders() {
  return absl::StrSplit(Variable("PATH"), ':', absl::SkipEmpty());
}

std::string OwnPath() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed).string();
}

// Of build folders and of prefixes.
std::vector<std::string> Homes() {
  if (const std::string home = Variable("SHADOW_HOME"); !home.empty()) return {home};
  std::vector<std::string> homes = {fs::path(OwnPath()).parent_path().parent_path().string()};
  for (const std::string& folder : PathFolders()) {
    homes.push_back(fs::path(folder).lexically_normal().parent_path().string());
  }
  return homes;
}

// The first file that is there: each folder with each ending.
absl::StatusOr<std::string> Find(absl::string_view what, const std::vector<std::string>& folders,
                                 const std::vector<absl::string_view>& endings, int access_mode) {
  for (const std::string& folder : folders) {
    for (const absl::string_view ending : endings) {
      std::string path = absl::StrCat(fs::absolute(folder).string(), "/", ending);
      if (access(path.c_str(), access_mode) == 0 && fs::is_regular_file(path)) return path;
    }
  }
  return absl::NotFoundError(absl::StrCat(what, " was not found: there is no ",
                                          absl::StrJoin(endings, " or "), " in ",
                                          absl::StrJoin(folders, ", ")));
}

}  // namespace

absl::StatusOr<Programs> FindPrograms() {
  const std::vector<std::string> homes = Homes();
  auto shadowd = Find("shadowd", homes, {"service/shadowd", "sbin/shadowd", "bin/shadowd"}, X_OK);
  if (!shadowd.ok()) {
    return absl::NotFoundError(absl::StrCat(shadowd.status().message(),
                                            "; SHADOW_HOME may name a build folder or a prefix"));
  }
  auto plugin =
      Find("the plugin", homes,
           {"plugin/mosquitto_shadow.so", "lib/mosquitto-shadow/mosquitto_shadow.so"}, R_OK);
  if (!plugin.ok()) return plugin.status();
  std::vector<std::string> folders = PathFolders();
  for (const char* const system : {"/usr/sbin", "/usr/local/sbin"}) folders.emplace_back(system);
  auto mosquitto = Find("mosquitto", folders, {"mosquitto"}, X_OK);
  if (!mosquitto.ok()) {
    return absl::NotFoundError(
        absl::StrCat(mosquitto.status().message(), "; Debian's package is called mosquitto"));
  }
  return Programs{*std::move(mosquitto), *std::move(plugin), *std::move(shadowd), OwnPath()};
}

}  // namespace cli
