#pragma once
#include <atomic>
#include <cstdint>

namespace hookswitch::http {

/// Many threads put things in, one takes all of them out. Lock-free and without allocation: `Item`
/// has a member `Item* next`. Who puts in, keeps the item alive until it has been taken.
template <class Item>
class Mailbox {
 public:
  enum class Put { first, further, closed };

  /// `first`: the box was empty, so the owner has to be woken; `closed`: not taken in.
  Put put(Item* item) {
    Item* head = head_.load(std::memory_order_relaxed);
    do {
      if (head == closed_mark()) return Put::closed;
      item->next = head;
    } while (!head_.compare_exchange_weak(head, item, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
    return head == nullptr ? Put::first : Put::further;
  }

  /// Everything in it, oldest first, linked through `next`. Owner only.
  Item* take_all() { return oldest_first(head_.exchange(nullptr, std::memory_order_acq_rel)); }

  /// As take_all, and nothing goes in any more. Once.
  Item* close() { return oldest_first(head_.exchange(closed_mark(), std::memory_order_acq_rel)); }

 private:
  static Item* closed_mark() {
    static char mark;
    return reinterpret_cast<Item*>(&mark);
  }

  static Item* oldest_first(Item* newest) {
    Item* list = nullptr;
    while (newest != nullptr) {
      Item* older = newest->next;
      newest->next = list;
      list = newest;
      newest = older;
    }
    return list;
  }

  std::atomic<Item*> head_{nullptr};
};

}  // namespace hookswitch::http
