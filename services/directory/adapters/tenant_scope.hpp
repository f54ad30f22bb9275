#pragma once
#include <hookswitch/core/strong_id.hpp>

#include <utility>
#include <vector>

namespace hookswitch::directory {

/// For which tenants a transaction is begun: those it names, or every company there is. There is no
/// third kind, and no transaction without one (docs/decisions/0040). Value type.
class TenantScope {
 public:
  /// A tenant's request, which is about itself.
  [[nodiscard]] static TenantScope of(TenantId tenant) {
    return TenantScope({std::move(tenant)}, false);
  }
  /// An operator's request: the companies there are, and those that it names (which may be new).
  [[nodiscard]] static TenantScope every_company_and(std::vector<TenantId> named) {
    return TenantScope(std::move(named), true);
  }

  [[nodiscard]] const std::vector<TenantId>& named() const { return named_; }
  [[nodiscard]] bool every_company() const { return every_company_; }

 private:
  TenantScope(std::vector<TenantId> named, bool every_company)
      : named_(std::move(named)), every_company_(every_company) {}

  std::vector<TenantId> named_;
  bool every_company_;
};

}  // namespace hookswitch::directory
