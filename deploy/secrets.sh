#!/bin/sh
# Makes the secrets of compose.yaml in deploy/secrets, once. What is there is kept.
set -eu
folder="$(dirname "$0")/secrets"
if [ -e "$folder" ]; then
  echo "$folder is there already; nothing was changed" >&2
  exit 1
fi
word() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
new="$folder.new.$$"
umask 077
mkdir "$new"
database="$(word)"
broker="$(word)"
printf '%s' "$database" > "$new/postgresql_password"
printf '%s' "$(word)" > "$new/postgresql_superuser_password"
printf '%s' "postgresql://binrounds:$database@postgresql/binrounds" > "$new/BINROUNDS_DATABASE_URL"
printf '%s' "amqp://binrounds:$broker@rabbitmq//" > "$new/BINROUNDS_BROKER_URL"
printf 'default_user = binrounds\ndefault_pass = %s\n' "$broker" > "$new/rabbitmq_user.conf"
# Containers see the files as they are here, under users of their own. Others on this machine
# are kept out by the folder.
chmod 444 "$new"/*
mv "$new" "$folder"
echo "made $folder; keep a copy of it in a safe place"
