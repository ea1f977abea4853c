// jsforce, unmodified, against the sandbox; addresses and credentials come from the environment.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import jsforce from "jsforce";

const { SALESFORCE_BASE_URL: instanceUrl, SALESFORCE_CLIENT_ID: id, SALESFORCE_CLIENT_SECRET: secret } = process.env;
const KEY = "Ext__c";
let conn;

async function logIn() {
  const answer = await fetch(`${instanceUrl}/services/oauth2/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return (await answer.json()).access_token;
}

async function addField() {
  const metadata = { type: "Text", label: "Ext", length: 80, externalId: true, unique: true, caseSensitive: false };
  await conn.tooling.sobject("CustomField").create({ FullName: `Lead.${KEY}`, Metadata: metadata });
  const { user_id: user } = await conn.request("/services/oauth2/userinfo");
  const set = await conn.sobject("PermissionSet").create({ Name: "Node", Label: "Node" });
  await conn.sobject("PermissionSetAssignment").create({ AssigneeId: user, PermissionSetId: set.id });
  await conn.sobject("FieldPermissions").create({
    ParentId: set.id,
    SobjectType: "Lead",
    Field: `Lead.${KEY}`,
    PermissionsRead: true,
    PermissionsEdit: true,
  });
}

before(async () => {
  conn = new jsforce.Connection({ instanceUrl, accessToken: await logIn(), version: "62.0" });
  await addField();
});

test("records are created, read, changed and deleted", async () => {
  const made = await conn.sobject("Lead").create({ LastName: "Ruiz", Company: "Acme" });
  assert.equal(made.success, true);
  assert.equal((await conn.sobject("Lead").retrieve(made.id)).Name, "Ruiz");
  await conn.sobject("Lead").update({ Id: made.id, City: "Lima" });
  assert.equal((await conn.sobject("Lead").retrieve(made.id)).City, "Lima");
  await conn.sobject("Lead").destroy(made.id);
  await assert.rejects(conn.sobject("Lead").retrieve(made.id), { errorCode: "ENTITY_IS_DELETED" });
});

test("an upsert makes a record once", async () => {
  const row = { LastName: "Ruiz", Company: "Acme", [KEY]: "one" };
  assert.equal((await conn.sobject("Lead").upsert(row, KEY)).created, true);
  assert.notEqual((await conn.sobject("Lead").upsert(row, KEY)).created, true);
  assert.equal(await conn.sobject("Lead").count({ [KEY]: "one" }), 1);
});

test("collections go in chunks of 200 and tell each row", async () => {
  const rows = Array.from({ length: 450 }, (_, n) => ({ LastName: `L${n}`, Company: n === 7 ? null : "Acme" }));
  const results = await conn.sobject("Lead").create(rows, { allowRecursive: true });
  assert.equal(results.length, 450);
  assert.deepEqual(results.map((one) => one.success).reduce((count, one) => count + one, 0), 449);
  assert.equal(results[7].errors[0].statusCode, "REQUIRED_FIELD_MISSING");
});

test("a query is read to its end", async () => {
  const found = await conn.query("SELECT Id FROM Lead WHERE LastName LIKE 'L%'", {
    autoFetch: true,
    maxFetch: 1000,
    headers: { "Sforce-Query-Options": "batchSize=200" },
  });
  assert.equal(found.totalSize, 449);
  assert.equal(found.records.length, 449);
  await assert.rejects(conn.query("SELECT Nope FROM Lead"), { errorCode: "INVALID_FIELD" });
});

test("describe tells fields, limits tell the calls", async () => {
  const lead = await conn.sobject("Lead").describe();
  assert.equal(lead.fields.find((field) => field.name === KEY).externalId, true);
  assert.ok((await conn.describeGlobal()).sobjects.some((one) => one.name === "Lead"));
  assert.ok((await conn.limits()).DailyApiRequests.Max > 0);
  assert.ok(conn.limitInfo.apiUsage.limit > 0);
});

test("bulk 2.0 ingest tells the three kinds of rows", async () => {
  const rows = [
    { [KEY]: "b1", LastName: "Ruiz", Company: "Acme" },
    { [KEY]: "b2", LastName: "Ruiz", Company: "#N/A" },
  ];
  conn.bulk2.pollInterval = 50;
  const { successfulResults, failedResults, unprocessedRecords } = await conn.bulk2.loadAndWaitForResults({
    object: "Lead",
    operation: "upsert",
    externalIdFieldName: KEY,
    input: rows,
  });
  assert.deepEqual(successfulResults.map((row) => row[KEY]), ["b1"]);
  assert.match(failedResults[0].sf__Error, /^REQUIRED_FIELD_MISSING:/);
  assert.equal(unprocessedRecords.length, 0);
});
