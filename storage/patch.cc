#include "storage/patch.h"

namespace storage {
namespace {

using shadow::Kind;

constexpr auto kObject = static_cast<unsigned>(Kind::kObject);

// What a mark says: its size.
enum Mark : uint64_t {
  kWasAbsent = 0,
  kWasObject = 1,   // a node follows, an object
  kWasAt = 2,       // its place follows, and a node
  kWasWritten = 3,  // an age follows
  kWasMostly = 4,   // an age follows, and the members that differ: as an object's patch
};

PatchNode Absent() { return {.kind = PatchNode::Kind::kAbsent}; }

size_t MembersBytes(const PatchNode& patch, const NodeWriter& nodes) {
  size_t bytes = NodeWriter::HeadBytes(patch.members.size());
  for (const PatchMember& member : patch.members) {
    bytes += NodeWriter::KeyBytes(member.key) + PatchBytes(member.node, nodes);
  }
  return bytes;
}

char* WriteMembers(const PatchNode& patch, const NodeWriter& nodes, char* at) {
  at = NodeWriter::WriteHead({kObject, patch.members.size()}, at);
  for (const PatchMember& member : patch.members) {
    at = WritePatch(member.node, nodes, NodeWriter::WriteKey(member.key, at));
  }
  return at;
}

char* WriteMark(Mark mark, char* at) { return NodeWriter::WriteHead({kMark, mark}, at); }

class PatchReader {
 public:
  PatchReader(NodeReader& nodes, ByteReader& bytes, shadow::Arena& arena)
      : nodes_(nodes), bytes_(bytes), arena_(arena) {}

  bool Patch(size_t depth_left, PatchNode& patch) {
    NodeHead head;
    if (!nodes_.Head(head)) return false;
    if (head.kind == kObject) return Members(head.size, depth_left, patch);
    if (head.kind == kMark) return Marked(head.size, depth_left, patch);
    patch.kind = PatchNode::Kind::kWhole;
    return nodes_.Body(head, depth_left, patch.value);
  }

 private:
  bool Marked(uint64_t mark, size_t depth_left, PatchNode& patch) {
    switch (mark) {
      case kWasAbsent:
        patch = Absent();
        return true;
      case kWasObject:
        patch.kind = PatchNode::Kind::kWhole;
        return nodes_.Node(depth_left, patch.value) &&
               (patch.value.is_object() || nodes_.Fault("a patch has a second form of a value"));
      case kWasAt:
        patch.kind = PatchNode::Kind::kInserted;
        return Place(patch) && nodes_.Node(depth_left, patch.value);
      case kWasWritten:
        patch.kind = PatchNode::Kind::kTimes;
        return nodes_.Age(patch.time);
      case kWasMostly: {
        NodeHead head;
        if (!nodes_.Age(patch.time) || !nodes_.Head(head)) return false;
        if (head.kind != kObject || head.size == 0) {
          return nodes_.Fault("a patch names no members where it must");
        }
        if (!Members(head.size, depth_left, patch)) return false;
        patch.kind = PatchNode::Kind::kTimes;
        return true;
      }
      default:
        return nodes_.Fault("a patch has a mark that is not known");
    }
  }

  bool Place(PatchNode& patch) {
    uint64_t place;
    if (!bytes_.Varint(place)) return nodes_.CutOff();
    if (place > UINT32_MAX) return nodes_.Fault("a member's place is out of range");
    patch.place = static_cast<uint32_t>(place);
    return true;
  }

  bool Members(uint64_t size, size_t depth_left, PatchNode& patch) {
    if (size > bytes_.left() / kMemberBytesMin) return nodes_.CutOff();
    if (size > 0 && depth_left == 0) return nodes_.Fault("it is nested too deeply");
    const size_t first = members_.size();
    for (uint64_t i = 0; i < size; ++i) {
      PatchMember member;
      if (!nodes_.Key(member.key) || !Patch(depth_left - 1, member.node)) return false;
      members_.push_back(member);
    }
    patch.kind = PatchNode::Kind::kMembers;
    patch.members = arena_.Copy(absl::MakeConstSpan(members_).subspan(first));
    members_.resize(first);
    return true;
  }

  NodeReader& nodes_;
  ByteReader& bytes_;
  shadow::Arena& arena_;
  absl::InlinedVector<PatchMember, 8> members_;  // of objects that are not whole yet
};

}  // namespace

size_t PatchBytes(const PatchNode& patch, const NodeWriter& nodes) {
  switch (patch.kind) {
    case PatchNode::Kind::kMembers:
      return MembersBytes(patch, nodes);
    case PatchNode::Kind::kTimes:
      return 1 + VarintBytes(nodes.Age(patch.time)) +
             (patch.members.empty() ? 0 : MembersBytes(patch, nodes));
    case PatchNode::Kind::kAbsent:
      return 1;
    case PatchNode::Kind::kWhole:
      return (patch.value.is_object() ? 1 : 0) + nodes.Bytes(patch.value);
    case PatchNode::Kind::kInserted:
      return 1 + VarintBytes(patch.place) + nodes.Bytes(patch.value);
  }
  return 0;
}

char* WritePatch(const PatchNode& patch, const NodeWriter& nodes, char* at) {
  switch (patch.kind) {
    case PatchNode::Kind::kMembers:
      return WriteMembers(patch, nodes, at);
    case PatchNode::Kind::kTimes:
      at = WriteMark(patch.members.empty() ? kWasWritten : kWasMostly, at);
      at = WriteVarint(nodes.Age(patch.time), at);
      return patch.members.empty() ? at : WriteMembers(patch, nodes, at);
    case PatchNode::Kind::kAbsent:
      return WriteMark(kWasAbsent, at);
    case PatchNode::Kind::kWhole:
      if (patch.value.is_object()) at = WriteMark(kWasObject, at);
      return nodes.Write(patch.value, at);
    case PatchNode::Kind::kInserted:
      return nodes.Write(patch.value, WriteVarint(patch.place, WriteMark(kWasAt, at)));
  }
  return at;
}

bool ReadPatch(NodeReader& nodes, ByteReader& bytes, shadow::Arena& arena, PatchNode& patch) {
  if (!PatchReader(nodes, bytes, arena).Patch(kRecordDepthMax, patch)) return false;
  const bool is_object = patch.kind == PatchNode::Kind::kMembers ||
                         patch.kind == PatchNode::Kind::kTimes ||
                         (patch.kind == PatchNode::Kind::kWhole && patch.value.is_object());
  return is_object || nodes.Fault("a section was not an object");
}

}  // namespace storage
