// Every kind of store there is, for the tests of what each of them does.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "storage/memory_store.h"
#include "storage/postgres/store.h"
#include "tests/storage/open_store.h"
#include "tests/storage/postgres_server.h"
#include "tests/storage/scratch_folder.h"

namespace storage {

struct StoreRequest {
  HistoryBounds history = kUnboundedHistory;
  std::function<int64_t()> now{};
};

// An empty store, and what has to live as long.
struct OpenedStore {
  std::unique_ptr<Ownership> ownership{};
  std::unique_ptr<Store> store{};
};

struct StoreKind {
  const char* name;
  OpenedStore (*open)(const ScratchFolder& folder, const StoreRequest& request);
};

inline OpenedStore OpenOwned(const PostgresOptions& options) {
  OpenedStore opened{NewPostgresOwnership(options)};
  auto store = opened.ownership->Take();
  EXPECT_TRUE(store.ok()) << store.status();
  if (store.ok()) opened.store = *std::move(store);
  return opened;
}

inline const StoreKind kEveryStore[] = {
    {"Memory",
     [](const ScratchFolder&, const StoreRequest& request) {
       return OpenedStore{{}, std::make_unique<MemoryStore>(request.history, request.now)};
     }},
    {"RocksDb",
     [](const ScratchFolder& folder, const StoreRequest& request) {
       return OpenedStore{
           {},
           OpenStore({.path = folder.In("store"), .now = request.now, .history = request.history})};
     }},
    {"Postgres",
     [](const ScratchFolder&, const StoreRequest& request) {
       const std::string url = PostgresServer::FreshUrl();
       EXPECT_TRUE(MakePostgres(url).ok());
       return OpenOwned(
           {.url = url, .holder = "a test", .now = request.now, .history = request.history});
     }},
};

inline auto EveryStore() { return testing::ValuesIn(kEveryStore); }
inline std::string StoreKindName(const testing::TestParamInfo<StoreKind>& test) {
  return test.param.name;
}

}  // namespace storage
