// gate.mjs PORT FOLDER: an S3 server (s3rver) behind a gate that checks what it
// does not: signatures of version 4, computed anew by another library (aws4),
// and the hash of each body. A wrong one is 403, as at AWS.
import { createHash } from "node:crypto";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.resolve("package.json"));
const S3rver = require("s3rver");
const aws4 = require("aws4");
const [port, folder] = process.argv.slice(2);
const keys = { accessKeyId: "GATEKEY", secretAccessKey: "gate/Secret+0123456789=" };

const inner = new S3rver({
	address: "127.0.0.1",
	port: 0,
	silent: true,
	directory: folder,
	vhostBuckets: false,
	configureBuckets: [{ name: "pictures" }],
});
const { port: innerPort } = await inner.run();

// Why the request is refused; undefined when it is signed as it must be.
function flaw(request, body) {
	const said = request.headers.authorization ?? "";
	const parts = said.match(/^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=[0-9a-f]{64}$/);
	if (!parts || parts[1] !== keys.accessKeyId) return "no signature of the key";
	const signed = parts[3].split(";");
	for (const name of ["host", "x-amz-date", "x-amz-content-sha256"])
		if (!signed.includes(name)) return `${name} is not signed`;
	for (const name of signed)
		if (request.headers[name] === undefined) return `${name} is signed and not sent`;
	const hash = createHash("sha256").update(body).digest("hex");
	if (request.headers["x-amz-content-sha256"] !== hash) return "the body's hash is another";
	const headers = Object.fromEntries(signed.map((name) => [name, request.headers[name]]));
	const again = aws4.sign({
		service: "s3", region: parts[2], method: request.method, path: request.url,
		headers, body: body.length > 0 ? body : undefined,
		extraHeadersToInclude: Object.fromEntries(signed.map((name) => [name, true])),
		extraHeadersToIgnore: Object.fromEntries(["content-length", "content-type"]
			.filter((name) => !signed.includes(name)).map((name) => [name, true])),
	}, keys).headers.Authorization;
	const last = (text) => text.slice(-64);
	return last(again) === last(said) ? undefined : `SignatureDoesNotMatch: ${again}`;
}

http.createServer((request, response) => {
	const pieces = [];
	request.on("data", (piece) => pieces.push(piece));
	request.on("end", () => {
		const body = Buffer.concat(pieces);
		const why = flaw(request, body);
		if (why) {
			console.log(`${request.method} ${request.url}: ${why}; ${request.headers.authorization}`);
			response.writeHead(403, { "Content-Type": "application/xml" });
			response.end(`<Error><Code>AccessDenied</Code><Message>${why}</Message></Error>`);
			return;
		}
		const headers = { ...request.headers };
		delete headers.authorization;
		const onward = http.request({
			host: "127.0.0.1", port: innerPort, method: request.method, path: request.url, headers,
		}, (answer) => {
			response.writeHead(answer.statusCode, answer.headers);
			answer.pipe(response);
		});
		onward.end(body);
	});
}).listen(Number(port), "127.0.0.1");
