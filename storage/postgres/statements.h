// All SQL that a store in PostgreSQL speaks (docs/storage-postgresql.md): nothing but what its
// distributed relatives document, too. Private to this room.
//
// A statement that finds what must not be divides by zero: the whole pipeline is undone then.
#pragma once

#include "absl/strings/string_view.h"

namespace storage {

// SQLSTATE of that, and of a CHECK that was violated.
inline constexpr absl::string_view kFoundOtherwise = "22012";
inline constexpr absl::string_view kCheckViolated = "23514";
inline constexpr char kFencedCheck[] = "fenced";
inline constexpr char kMovedCheck[] = "moved";

// Life, the number of this commit.
inline constexpr char kFence[] =
    "WITH mine AS (UPDATE owner SET life = CASE WHEN life = $1::int8 AND n = $2::int8 - 1 THEN life"
    " ELSE -1 END, n = $2::int8, until = now() + interval '3 seconds' WHERE shard = 0 RETURNING 1)"
    " SELECT 1 / count(*) FROM mine";

// Life. What was sent before and has not been carried out by now is fenced.
inline constexpr char kSettle[] =
    "UPDATE owner SET n = n + 2, until = now() + interval '3 seconds'"
    " WHERE shard = 0 AND life = $1::int8 RETURNING n - 2";

// Life.
inline constexpr char kRenew[] =
    "UPDATE owner SET until = now() + interval '3 seconds'"
    " WHERE shard = 0 AND life = $1::int8 RETURNING n";
inline constexpr char kGiveUp[] =
    "UPDATE owner SET until = now(), n = n + 2 WHERE shard = 0 AND life = $1::int8 RETURNING n";
inline constexpr char kStillMine[] =
    "SELECT 1 / count(*) FROM owner WHERE shard = 0 AND life = $1::int8";

// Holder.
inline constexpr char kTake[] =
    "UPDATE owner SET life = life + 1, holder = $1::text, until = now() + interval '3 seconds'"
    " WHERE shard = 0 AND until <= now() RETURNING life, n";

inline constexpr char kReadOwner[] =
    "SELECT life, n, holder, until <= now() FROM owner WHERE shard = 0";

// Records that were there as documents: whichever is another one by now, or gone, is not counted.
// The last parameter: how many there are.
inline constexpr char kReplaceSeen[] =
    "WITH done AS (UPDATE shadow s SET version = u.version, at = u.at, deleted = u.deleted,"
    " seen_version = u.seen_version, seen_at = u.seen_at, record = u.record"
    " FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::bool[], $6::int8[],"
    " $7::int8[], $8::bytea[])"
    " AS u(thing, name, version, at, deleted, seen_version, seen_at, record)"
    " WHERE s.thing = u.thing AND s.name = u.name AND s.version = u.seen_version"
    " AND s.at = u.seen_at AND NOT s.deleted RETURNING 1)"
    " SELECT 1 / CASE WHEN count(*) = $9::int8 THEN 1 ELSE 0 END FROM done";

// Those that were not there, or tombstones (which may vanish), or are written whatever is there
// (seen_version -1).
inline constexpr char kPutRecords[] =
    "INSERT INTO shadow (thing, name, version, at, deleted, seen_version, seen_at, record)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::bool[], $6::int8[],"
    " $7::int8[], $8::bytea[])"
    " ON CONFLICT (thing, name) DO UPDATE SET version = CASE WHEN excluded.seen_version = -1"
    " OR (shadow.version = excluded.seen_version AND shadow.at = excluded.seen_at"
    " AND (shadow.deleted OR excluded.seen_version = 0)) THEN excluded.version ELSE -1 END,"
    " at = excluded.at, deleted = excluded.deleted, seen_version = excluded.seen_version,"
    " seen_at = excluded.seen_at, record = excluded.record";

inline constexpr char kRemoveRecords[] =
    "DELETE FROM shadow s USING unnest($1::text[], $2::text[]) AS u(thing, name)"
    " WHERE s.thing = u.thing AND s.name = u.name";

// As kReplaceSeen.
inline constexpr char kRemoveSeen[] =
    "WITH done AS (DELETE FROM shadow s USING unnest($1::text[], $2::text[], $3::int8[],"
    " $4::int8[], $5::bool[]) AS u(thing, name, version, at, deleted)"
    " WHERE s.thing = u.thing AND s.name = u.name AND s.version = u.version AND s.at = u.at"
    " AND s.deleted = u.deleted RETURNING 1)"
    " SELECT 1 / CASE WHEN count(*) = $6::int8 THEN 1 ELSE 0 END FROM done";

inline constexpr char kPutHistory[] =
    "INSERT INTO history (thing, name, lane, change, entry)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::bytea[])"
    " ON CONFLICT (thing, name, lane, change) DO UPDATE SET entry = excluded.entry";
inline constexpr char kRemoveHistory[] =
    "DELETE FROM history h"
    " USING unnest($1::text[], $2::text[], $3::text[], $4::int8[]) AS u(thing, name, lane, change)"
    " WHERE h.thing = u.thing AND h.name = u.name AND h.lane = u.lane AND h.change = u.change";

inline constexpr char kPutJournal[] =
    "INSERT INTO journal (key, value) SELECT * FROM unnest($1::bytea[], $2::bytea[])"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
inline constexpr char kRemoveJournal[] =
    "DELETE FROM journal j USING unnest($1::bytea[]) AS u(key) WHERE j.key = u.key";
inline constexpr char kPutEntries[] =
    "INSERT INTO entry (key, value) SELECT * FROM unnest($1::bytea[], $2::bytea[])"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
inline constexpr char kRemoveEntries[] =
    "DELETE FROM entry e USING unnest($1::bytea[]) AS u(key) WHERE e.key = u.key";
inline constexpr char kPutMeta[] =
    "INSERT INTO meta (name, value) SELECT * FROM unnest($1::text[], $2::bytea[])"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
inline constexpr char kRemoveMeta[] =
    "DELETE FROM meta m USING unnest($1::text[]) AS u(name) WHERE m.name = u.name";

// Whole ranges, of Replace.
inline constexpr char kRemoveAllRecords[] = "DELETE FROM shadow";
inline constexpr char kRemoveAllHistory[] = "DELETE FROM history";
inline constexpr char kRemoveThingHistory[] = "DELETE FROM history WHERE thing = $1::text";
inline constexpr char kRemoveLaneHistory[] =
    "DELETE FROM history WHERE thing = $1::text AND name = $2::text AND lane = $3::text";
inline constexpr char kRemoveEntryRange[] =
    "DELETE FROM entry WHERE key >= $1::bytea AND key < $2::bytea";

// By their places: which of those asked for it is, and what is there.
inline constexpr char kReadRecords[] =
    "SELECT u.i, s.record FROM unnest($1::text[], $2::text[], $3::int8[]) AS u(thing, name, i)"
    " JOIN shadow s ON s.thing = u.thing AND s.name = u.name";
inline constexpr char kReadHistory[] =
    "SELECT u.i, h.entry FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[])"
    " AS u(thing, name, lane, change, i) JOIN history h"
    " ON h.thing = u.thing AND h.name = u.name AND h.lane = u.lane AND h.change = u.change";
inline constexpr char kReadJournal[] =
    "SELECT u.i, j.value FROM unnest($1::bytea[], $2::int8[]) AS u(key, i)"
    " JOIN journal j ON j.key = u.key";
inline constexpr char kReadEntries[] =
    "SELECT u.i, e.value FROM unnest($1::bytea[], $2::int8[]) AS u(key, i)"
    " JOIN entry e ON e.key = u.key";
inline constexpr char kReadMeta[] =
    "SELECT u.i, m.value FROM unnest($1::text[], $2::int8[]) AS u(name, i)"
    " JOIN meta m ON m.name = u.name";

// Pages in the order of keys: from a place on, up to another, so many. The last column is the
// value.
inline constexpr char kScanRecords[] =
    "SELECT thing, name, record FROM shadow WHERE (thing, name) >= ($1::text, $2::text)"
    " AND (thing, name) < ($3::text, $4::text) ORDER BY thing, name LIMIT $5::int8";
inline constexpr char kScanHistory[] =
    "SELECT thing, name, lane, change, entry FROM history"
    " WHERE (thing, name, lane, change) >= ($1::text, $2::text, $3::text, $4::int8)"
    " AND (thing, name, lane, change) < ($5::text, $6::text, $7::text, $8::int8)"
    " ORDER BY thing, name, lane, change LIMIT $9::int8";
inline constexpr char kScanJournal[] =
    "SELECT key, value FROM journal WHERE key >= $1::bytea AND key < $2::bytea"
    " ORDER BY key LIMIT $3::int8";
inline constexpr char kScanEntries[] =
    "SELECT key, value FROM entry WHERE key >= $1::bytea AND key < $2::bytea"
    " ORDER BY key LIMIT $3::int8";
inline constexpr char kScanMeta[] =
    "SELECT name, value FROM meta WHERE name >= $1::text AND name < $2::text"
    " ORDER BY name LIMIT $3::int8";

// The time before which they were deleted, how many at once; gives how many it was.
inline constexpr char kRemoveTombstones[] =
    "WITH gone AS (DELETE FROM shadow s USING (SELECT thing, name FROM shadow"
    " WHERE deleted AND at <= $1::int8 LIMIT $2::int8) AS old"
    " WHERE s.thing = old.thing AND s.name = old.name AND s.deleted AND s.at <= $1::int8"
    " RETURNING 1) SELECT count(*) FROM gone";
inline constexpr char kVacuumHistory[] = "VACUUM history";

// How durable a commit is. The second is how many standbys it waits for now; null where the
// database does not tell this user.
inline constexpr char kReadDurability[] =
    "SELECT current_setting('synchronous_commit'),"
    " CASE WHEN current_setting('synchronous_standby_names') = '' THEN 0"
    " WHEN bool_or(sync_state IS NULL) THEN NULL"
    " ELSE count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) END FROM pg_stat_replication";

// One state of the database for a scan of many pages.
inline constexpr char kBeginScan[] = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
inline constexpr char kEndScan[] = "COMMIT";

}  // namespace storage
