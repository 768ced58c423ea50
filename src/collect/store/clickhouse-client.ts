/** The client of ClickHouse, to be loaded only when one is asked for; see `../broker/nats.ts`. */
export { ClickHouseLogLevel, createClient } from '@clickhouse/client';
