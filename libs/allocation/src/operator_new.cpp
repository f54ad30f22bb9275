#include <cstdlib>
#include <new>

// Debian's mimalloc is built as C: its own operator new ends the process where memory is short. A
// batch that needs too much is to fail alone. Its operators delete fit, for they free what malloc()
// has given, and those that do not throw return null.

namespace {

/// Until `allocate` gives memory, or nobody can make room.
template <class Allocate>
void* memory_or_throw(Allocate allocate) {
  while (true) {
    if (void* memory = allocate()) return memory;
    const auto make_room = std::get_new_handler();
    if (make_room == nullptr) throw std::bad_alloc();
    make_room();
  }
}

void* allocate(std::size_t size) {
  return memory_or_throw([size] { return std::malloc(size); });
}

void* allocate(std::size_t size, std::align_val_t alignment) {
  return memory_or_throw([&] {
    void* memory = nullptr;
    return posix_memalign(&memory, static_cast<std::size_t>(alignment), size) == 0 ? memory
                                                                                   : nullptr;
  });
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, alignment);
}
