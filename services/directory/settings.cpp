#include "settings.hpp"

namespace hookswitch::directory {

void declare(config::Settings& settings, DirectorySettings& values) {
  runtime::declare(settings, values.service);
  settings.text("http-address", values.http_address, "Where the REST API listens");
  settings.integer("http-port", values.http_port, 0, 65'535, "Its port; 0: any free one");
  settings.integer(
      "http-workers", values.http_workers, 1, 64,
      "requests that wait for the database at a time, each on a connection of its own");
  settings.secret("admin-token", values.admin_token,
                  "Who bears it (Authorization: Bearer …) is an operator; without it only "
                  "--prepare-only starts");
  settings.text(
      "master-key-file", values.master_key_file,
      "The master keys under which provider keys and API keys are sealed, the newest last; read "
      "whenever one is needed; without it none is taken");
  settings.required_secret("postgres-url", values.postgres_url,
                           "postgresql://… of the role directory_app, which owns nothing");
  settings.secret(
      "postgres-owner-url", values.postgres_owner_url,
      "postgresql://… of the role directory_owner; when given, migrations run at start");
  settings.integer("replicas", values.replicas, 1, 1000,
                   "processes like this one, for the check of Postgres' connections");
  settings.boolean("prepare-only", values.prepare_only,
                   "only bring the database into shape with the owner's URL, and end");
}

}  // namespace hookswitch::directory
