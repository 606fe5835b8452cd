// SPDX-License-Identifier: Apache-2.0

package block

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// localDirs tells where the executor of this service keeps its blocks, to one on the same host that wants to read them
// itself. It knows no other executor.
func (s *rpcServer) localDirs(m blockwire.GetLocalDirsForExecutors) ([]byte, error) {
	wrongApp, wrongCount := m.AppID != s.cfg.AppID, len(m.ExecIDs) != 1
	if wrongApp || wrongCount {
		text := "Invalid GetLocalDirsForExecutors request: "
		if wrongApp {
			text += "incorrect application id: " + m.AppID + ";"
		}
		if wrongCount {
			text += fmt.Sprintf("incorrect executor number: %d (expected 1);", len(m.ExecIDs))
		}
		return nil, transport.IllegalState("%s", text)
	}
	if id := m.ExecIDs[0]; id != s.cfg.ExecutorID {
		return nil, transport.IllegalState("Invalid executor id: %s, expected %s.", id, s.cfg.ExecutorID)
	}
	return blockwire.NewLocalDirsForExecutors(m.ExecIDs, [][]string{s.cfg.LocalDirs}).Append(nil), nil
}
