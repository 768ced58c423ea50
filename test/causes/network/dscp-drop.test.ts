import { causeTest } from '../../cause-test.ts';

causeTest('network/dscp-drop');
