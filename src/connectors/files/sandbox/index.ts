/** A legacy system with its folder, and an SFTP server that shows it. For tests. */
export { type FileSpec, writeFileText } from './csv.ts';
export { type LegacyOptions, LegacySystem, type Sending } from './legacy-system.ts';
export { type SftpServer, startSftpServer } from './sftp-server.ts';
