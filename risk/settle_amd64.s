#include "textflag.h"

// Constants, one for each lane.

#define FOUR(name, value) \
	DATA name<>+0(SB)/8, value  \
	DATA name<>+8(SB)/8, value  \
	DATA name<>+16(SB)/8, value \
	DATA name<>+24(SB)/8, value \
	GLOBL name<>(SB), RODATA|NOPTR, $32

DATA first<>+0(SB)/8, $0x9e3779b97f4a7c15  // golden, times 1 to 4
DATA first<>+8(SB)/8, $0x3c6ef372fe94f82a
DATA first<>+16(SB)/8, $0xdaa66d2c7ddf743f
DATA first<>+24(SB)/8, $0x78dde6e5fd29f054
GLOBL first<>(SB), RODATA|NOPTR, $32
FOUR(next, $0x78dde6e5fd29f054)            // golden, times 4
FOUR(mixA, $0xbf58476d1ce4e5b9)
FOUR(mixAHigh, $0x00000000bf58476d)
FOUR(mixB, $0x94d049bb133111eb)
FOUR(mixBHigh, $0x0000000094d049bb)
FOUR(layers, $255)                         // zigLayers − 1
FOUR(trials, $4095)                        // blockSize − 1
FOUR(sign, $0x0000080000000000)            // 1 << zigBits
FOUR(toInt, $0x4338000000000000)           // toInteger: 1.5·2⁵²
FOUR(perStep, $0x3f762e42fefa39ef)         // 1/stepsPer
FOUR(sixth, $0x3fc5555555555555)
FOUR(half, $0x3fe0000000000000)
FOUR(powers, $127)

// TIMES multiplies the 64-bit lanes of a by a constant whose upper halves are
// high: what the upper half of the product lacks of 128 bits is not wanted.
#define TIMES(a, const, high, t, u) \
	VPSRLQ   $32, a, t     \
	VPMULUDQ const, t, t   \
	VPMULUDQ high, a, u    \
	VPMULUDQ const, a, a   \
	VPADDQ   u, t, t       \
	VPSLLQ   $32, t, t     \
	VPADDQ   t, a, a

// func settleLanes(state uint64, groups int, s *shape, zig *zigTable, table *powers, out *wide) (settled int)
TEXT ·settleLanes(SB), NOSPLIT, $0-56
	MOVQ state+0(FP), AX
	MOVQ groups+8(FP), CX
	MOVQ s+16(FP), SI
	MOVQ zig+24(FP), R8
	MOVQ table+32(FP), R9
	MOVQ out+40(FP), DI
	XORQ BX, BX
	MOVQ AX, X0
	VPBROADCASTQ X0, Y0
	VPADDQ first<>(SB), Y0, Y0
	VBROADCASTSD 0(SI), Y10    // mu
	VBROADCASTSD 8(SI), Y9     // spread
	VBROADCASTSD 16(SI), Y8    // scale
	VMOVDQU toInt<>(SB), Y11
	VMOVDQU mixBHigh<>(SB), Y12
	VMOVDQU mixB<>(SB), Y13
	VMOVDQU mixAHigh<>(SB), Y14
	VMOVDQU mixA<>(SB), Y15

group:
	// u = mix(state)
	VPSRLQ $30, Y0, Y1
	VPXOR  Y0, Y1, Y1
	TIMES(Y1, Y15, Y14, Y2, Y3)
	VPSRLQ $27, Y1, Y2
	VPXOR  Y2, Y1, Y1
	TIMES(Y1, Y13, Y12, Y2, Y3)
	VPSRLQ $31, Y1, Y2
	VPXOR  Y2, Y1, Y1

	// layer, trial and j = int64(u) >> 20
	VPAND  layers<>(SB), Y1, Y2
	VPSRLQ $8, Y1, Y3
	VPAND  trials<>(SB), Y3, Y3
	VMOVDQU Y3, 512(DI)
	VPSRLQ $20, Y1, Y1
	VPXOR  sign<>(SB), Y1, Y1
	VPSUBQ sign<>(SB), Y1, Y1

	// |j| < inside[layer]
	VPXOR    Y4, Y4, Y4
	VPCMPGTQ Y1, Y4, Y4
	VPXOR    Y1, Y4, Y5
	VPSUBQ   Y4, Y5, Y5
	VPCMPEQQ Y6, Y6, Y6
	VPGATHERQQ Y6, 0x800(R8)(Y2*8), Y7
	VPCMPGTQ Y5, Y7, Y7
	VMOVMSKPD Y7, DX

	// mu + spread·(j·width[layer]); j is exact as a number
	VPCMPEQQ Y6, Y6, Y6
	VGATHERQPD Y6, (R8)(Y2*8), Y5
	VPADDQ Y11, Y1, Y1
	VSUBPD Y11, Y1, Y1
	VMULPD Y5, Y1, Y1
	VMULPD Y9, Y1, Y1
	VADDPD Y10, Y1, Y1

	// its exponential, in steps, as in powers.steps
	VADDPD Y11, Y1, Y2
	VSUBPD Y11, Y2, Y3
	VSUBPD Y3, Y1, Y1
	VMULPD perStep<>(SB), Y1, Y1
	VPAND  powers<>(SB), Y2, Y4
	VPCMPEQQ Y6, Y6, Y6
	VPGATHERQQ Y6, (R9)(Y4*8), Y5
	VPSRLQ $7, Y2, Y2
	VPSLLQ $52, Y2, Y2
	VPADDQ Y2, Y5, Y5
	VMULPD sixth<>(SB), Y1, Y3
	VADDPD half<>(SB), Y3, Y3
	VMULPD Y1, Y1, Y4
	VMULPD Y3, Y4, Y4
	VADDPD Y4, Y1, Y1
	VMULPD Y5, Y1, Y1
	VADDPD Y5, Y1, Y1

	// in units, half added
	VMULPD Y8, Y1, Y1
	VADDPD half<>(SB), Y1, Y1
	VMOVUPD Y1, (DI)

	CMPL DX, $15
	JNE  unsettled
	ADDQ $4, BX
	ADDQ $32, DI
	VPADDQ next<>(SB), Y0, Y0
	DECQ CX
	JNZ  group
	JMP  done

unsettled:
	NOTL DX
	BSFL DX, DX
	ADDQ DX, BX

done:
	VZEROUPPER
	MOVQ BX, settled+48(FP)
	RET
