// The one walk that prints a tree as compact JSON, whatever stands for its leaves: their texts for
// the state, their times for the metadata. It measures first and then writes by pointer: growing a
// string piece by piece costs more than walking twice.
//
// `Leaf` has `size_t Bytes(const Value&)` and `char* Write(const Value&, char* at)`, which gives
// the place behind what it wrote.
#pragma once

#include <string>

#include "shadow/json.h"
#include "shadow/short_text.h"

namespace shadow {

template <class Leaf>
size_t TreeBytes(const Value& value, Leaf& leaf) {
  if (!value.is_container()) return leaf.Bytes(value);
  if (value.empty()) return 2;
  size_t bytes = 1;  // one bracket; the other stands for the separator that the first child lacks
  for (const Member& member : value.members()) {
    bytes += member.key.size() + 2 + TreeBytes(member.value, leaf);
  }
  for (const Value& element : value.elements()) bytes += 1 + TreeBytes(element, leaf);
  return bytes;
}

template <class Leaf>
char* WriteTree(const Value& value, Leaf& leaf, char* at) {
  if (!value.is_container()) return leaf.Write(value, at);
  *at = value.is_object() ? '{' : '[';
  at += value.empty();  // else the first separator's place
  for (const Member& member : value.members()) {
    at = CopyText(member.key, at + 1);
    *at++ = ':';
    at = WriteTree(member.value, leaf, at);
    *at = ',';
  }
  for (const Value& element : value.elements()) {
    at = WriteTree(element, leaf, at + 1);
    *at = ',';
  }
  *at++ = value.is_object() ? '}' : ']';
  return at;
}

// `bytes` is what TreeBytes would give.
template <class Leaf>
void PrintTree(const Value& value, Leaf& leaf, size_t bytes, std::string& out) {
  const size_t before = out.size();
  out.resize(before + bytes);
  WriteTree(value, leaf, &out[before]);
}

template <class Leaf>
void PrintTree(const Value& value, Leaf leaf, std::string& out) {
  PrintTree(value, leaf, TreeBytes(value, leaf), out);
}

}  // namespace shadow
