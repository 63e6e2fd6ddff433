#!/usr/bin/env bash
# The catalogue: search, filter, order, page; an answer is only sent again if
# it has changed.
set -euo pipefail
shop=${SHOP_URL:-http://127.0.0.1:8000}/api/v1

echo "# what costs between 10 and 30, dearest first, two a page"
curl -fsS "$shop/products/?min_price=10&max_price=30&ordering=-price&page_size=2" |
	jq '{count, next, first: .results[0] | {name, price, currency}}'

echo "# words of a name or description"
curl -fsS "$shop/products/?search=enamel" | jq -r '.results[].name'

echo "# one product, by slug; asked again with its ETag it is 304"
tag=$(curl -fsS -D - -o /dev/null "$shop/products/coffee-mill/" | tr -d '\r' | sed -n 's/^etag: //Ip')
curl -fsS -o /dev/null -w '%{http_code}\n' -H "If-None-Match: $tag" "$shop/products/coffee-mill/"

echo "# what a route takes"
curl -fsS -X OPTIONS "$shop/auth/register/" | jq -c '.actions.POST | keys'
