import { causeTest } from '../../cause-test.ts';

causeTest('network/packet-corruption');
