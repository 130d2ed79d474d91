/** Makes the files of a new embedded database, in a process of its own: initdb takes 700 MB that a hub would keep. */
import { PGlite } from '@electric-sql/pglite';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('usage: pglite-init DIRECTORY');
const database = await PGlite.create({ dataDir, postgresqlconf: ['shared_buffers=16MB'] });
await database.close();
