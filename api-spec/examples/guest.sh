#!/usr/bin/env bash
# A guest buys: the cart's token is all that opens it. A declined card changes
# nothing; the next one pays. Who lost the token has a link mailed.
set -euo pipefail
shop=${SHOP_URL:-http://127.0.0.1:8000}/api/v1
json='Content-Type: application/json'
key() { echo "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)"; }

made=$(curl -fsS "$shop/carts/" -H "$json" -H "$(key)" -d '{"email": "guest@example.com"}')
cart=$shop/carts/$(jq -r .id <<<"$made")
token="X-Cart-Token: $(jq -r .token <<<"$made")"
curl -fsS "$cart/items/" -H "$token" -H "$json" -H "$(key)" \
	-d '{"items": [{"sku": "DEMO-011"}, {"sku": "DEMO-004", "quantity": 2}]}' |
	jq -r '.items[] | "\(.quantity) x \(.product.name)"'
curl -fsS -X PUT "$cart/shipping-address/" -H "$token" -H "$json" -d '{
	"first_name": "Gil", "last_name": "Guest", "line1": "Ring 7",
	"city": "Wien", "postal_code": "1010", "country": "AT"}' >/dev/null
rate=$(curl -fsS "$cart/shipping-rates/" -H "$token" | jq -r '.[] | select(.method == "express").id')
total=$(curl -fsS -X PUT "$cart/shipping-method/" -H "$token" -H "$json" -d "{\"rate\": \"$rate\"}" |
	jq -r .total)

curl -fsS "$cart/payment-methods/" -H "$token" |
	jq -r '.[] | select(.is_eligible) | "\(.gateway) \(.method)"'

buy() {
	curl -sS "$cart/complete/" -H "$token" -H "$json" -H "$(key)" -d "{
		\"expected_total\": \"$total\", \"gateway\": \"stripe\", \"payment_method\": \"$1\"}"
}
buy pm_card_chargeDeclinedInsufficientFunds | jq -r '.code, .payment.code'
order=$(buy pm_card_visa)
jq -r '"\(.state) \(.payment_status) \(.total) \(.currency)"' <<<"$order"
curl -fsS "$shop/orders/$(jq -r .id <<<"$order")/tracking/" -H "X-Order-Token: ${token#*: }" |
	jq -r .fulfilment_status
curl -fsS "$shop/orders/lookup/" -H "$json" -d "{
	\"number\": \"$(jq -r .number <<<"$order")\", \"email\": \"guest@example.com\"}" | jq -r .detail
