-- AlterTable
ALTER TABLE "Version" ADD COLUMN     "nodeCount" INTEGER NOT NULL DEFAULT 0;
UPDATE "Version" SET "nodeCount" = (SELECT count(*) FROM json_object_keys("document"::json -> 'nodes'));
