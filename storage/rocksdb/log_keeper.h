// Keeps the logs of a database in step: none is begun before the one before it is on the disk.
//
// Commits that nobody brought to the disk lie in the newest log alone then, so that a power cut
// takes the last of them and never one from the middle: of two files that are not synced a file
// system may lose the older one's end and keep the younger. RocksDB syncs the older one only when a
// memtable is written out, which is after that.
//
// Thread rule: any thread.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include <atomic>

namespace storage {

class LogKeeper : public rocksdb::EventListener {
 public:
  // Of the database that is open for writing; it was opened with this among its listeners. Null:
  // none is.
  void Watch(rocksdb::DB* db) { db_ = db; }

  // A memtable is full and a log begun with the next one, but nothing written to it yet. RocksDB
  // holds no lock. If the sync fails, RocksDB takes no more commits.
  void OnMemTableSealed(const rocksdb::MemTableInfo&) override {
    if (rocksdb::DB* const db = db_) db->SyncWAL().PermitUncheckedError();
  }

 private:
  std::atomic<rocksdb::DB*> db_ = nullptr;
};

}  // namespace storage
