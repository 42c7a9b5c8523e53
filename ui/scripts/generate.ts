/**
 * Writes the types of both interfaces into src/generated: GraphQL documents typed by the server's SDL,
 * REST paths and bodies typed by its OpenAPI document. Runs before typecheck, test, dev and build, so what
 * the server promises and what the UI reads can not drift apart.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, printSchema } from 'graphql';
import openapiTypescript, { astToString } from 'openapi-typescript';

const uiRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outputDirectory = path.join(uiRoot, 'src/generated');

/** A checked-in document of the server. */
function interfaceDocument(name: string): string {
  return path.join(uiRoot, '../docs', name);
}

async function graphqlDocuments() {
  const names = await readdir(path.join(uiRoot, 'src'), { recursive: true });
  const documentNames = names.filter((name) => name.endsWith('.graphql')).sort();
  const documents = [];
  for (const name of documentNames) {
    const location = path.join(uiRoot, 'src', name);
    documents.push({ location, document: parse(await readFile(location, 'utf8')) });
  }
  return documents;
}

async function generateGraphql(): Promise<string> {
  const schemaFile = interfaceDocument('schema.graphql');
  const schema = buildSchema(await readFile(schemaFile, 'utf8'));
  const unknownScalar = { input: 'unknown', output: 'unknown' };
  const output = await codegen({
    schema: parse(printSchema(schema)),
    documents: await graphqlDocuments(),
    filename: 'graphql.ts',
    config: {
      documentMode: 'string',
      enumsAsTypes: true,
      useTypeImports: true,
      skipTypename: true,
      dedupeFragments: true,
      defaultScalarType: 'unknown',
      scalars: {
        DateTime: 'string',
        Decimal: 'string',
        UUID: 'string',
        JSON: unknownScalar,
        Captured: unknownScalar,
      },
    },
    pluginMap: { typescriptOperations, typedDocumentNode },
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
  });
  await writeFile(path.join(outputDirectory, 'graphql.ts'), output);
  return schemaFile;
}

async function generateRest(): Promise<string> {
  const openapiFile = interfaceDocument('openapi.json');
  const tree = await openapiTypescript(pathToFileURL(openapiFile));
  await writeFile(path.join(outputDirectory, 'rest.ts'), astToString(tree));
  return openapiFile;
}

await mkdir(outputDirectory, { recursive: true });
for (const file of [await generateGraphql(), await generateRest()]) {
  console.log(`types generated from ${path.relative(uiRoot, file)}`);
}
