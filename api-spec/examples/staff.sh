#!/usr/bin/env bash
# Staff: a new product, its stock, a change that somebody else forestalled, and
# the books.
set -euo pipefail
shop=${SHOP_URL:-http://127.0.0.1:8000}/api/v1
json='Content-Type: application/json'
key() { echo "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)"; }

auth="Authorization: Bearer $(curl -fsS "$shop/auth/token/" -H "$json" \
	-d '{"email": "staff@example.com", "password": "demo-staff-1"}' | jq -r .access)"
name="Kettle $(date +%s%N)"
made=$(curl -fsS "$shop/admin/products/" -H "$auth" -H "$json" -H "$(key)" -d "{
	\"name\": \"$name\", \"sku\": \"${name// /-}\", \"price\": \"59.00\",
	\"status\": \"published\", \"weight_grams\": 900, \"stock\": 5}")
product=$shop/admin/products/$(jq -r .id <<<"$made")
jq -c '{name, price, version}' <<<"$made"

tag=$(curl -fsS -D - -o /dev/null "$product/" -H "$auth" | tr -d '\r' | sed -n 's/^etag: //Ip')
curl -fsS -X PATCH "$product/" -H "$auth" -H "$json" -H "If-Match: $tag" -d '{"price": "55.00"}' |
	jq -c '{name, price, version}'
echo "# the same again, from a page that was loaded before:"
curl -sS -X PATCH "$product/" -H "$auth" -H "$json" -H "If-Match: $tag" -d '{"price": "49.00"}' |
	jq -r .code
curl -fsS "$shop/admin/orders/?payment_status=paid&page_size=1" -H "$auth" | jq -c '{count}'
