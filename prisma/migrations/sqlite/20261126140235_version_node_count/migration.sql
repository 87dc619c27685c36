-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Version" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "workflowId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT,
    "digest" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "nodeCount" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Version_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Version" ("createdAt", "digest", "document", "nodeCount", "id", "kind", "name", "number", "workflowId") SELECT "createdAt", "digest", "document", (SELECT count(*) FROM json_each("document", '$.nodes')), "id", "kind", "name", "number", "workflowId" FROM "Version";
DROP TABLE "Version";
ALTER TABLE "new_Version" RENAME TO "Version";
CREATE INDEX "Version_workflowId_digest_idx" ON "Version"("workflowId", "digest");
CREATE UNIQUE INDEX "Version_workflowId_number_key" ON "Version"("workflowId", "number");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
