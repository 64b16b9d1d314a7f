// Gives a store the mark of another format, as a later version of the programs would: set_format
// FOLDER NUMBER. For tests only.
#include <iostream>

#include "storage/key.h"
#include "storage/rocksdb/store.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: set_format FOLDER NUMBER\n";
    return 2;
  }
  const auto store = storage::OpenRocksDb({.path = argv[1]});
  const absl::Status status =
      store.ok() ? (*store)->Commit({{std::string(storage::kFormatKey), std::string(argv[2])}},
                                    storage::Durability::kSync)
                 : store.status();
  if (!status.ok()) std::cerr << "set_format: " << status << "\n";
  return status.ok() ? 0 : 1;
}
